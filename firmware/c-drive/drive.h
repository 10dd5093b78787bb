/* A recorded drive through the C interface; see fixtures/drives/README.md for the format. */
#ifndef DRIVE_H
#define DRIVE_H

#include <stddef.h>
#include <stdint.h>

/* Replays the recording and gives each line of text to `print`. Returns 0 where all went well. */
int drive_replay(const uint8_t *recording, uint8_t preset, void (*print)(const char *line));

#endif
