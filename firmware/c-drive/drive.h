/* A recorded drive through the C interface; see fixtures/drives/README.md for the format. */
#ifndef DRIVE_H
#define DRIVE_H

#include <stddef.h>
#include <stdint.h>

#include "bms.h"

/* Replays the recording for one of `bms_preset`, and passes each line of text to `print`, which may be null. Returns 0 on success. */
int drive_replay(const uint8_t *recording, uint8_t preset, void (*print)(const char *line));

/* The same for a custom pack. */
int drive_replay_pack(const uint8_t *recording, const bms_config *config, void (*print)(const char *line));

#endif
