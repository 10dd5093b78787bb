/* Written by `bms-sim export` from demo_13s.toml; edit that file instead. */
#ifndef DEMO_13S_H
#define DEMO_13S_H

#include "bms.h"

#define DEMO_13S_CELLS 13
#define DEMO_13S_TEMPERATURE_SENSORS 4
#define DEMO_13S_FRONT_ENDS 1
#define DEMO_13S_STORAGE_WORDS BMS_STORAGE_WORDS(DEMO_13S_CELLS, DEMO_13S_TEMPERATURE_SENSORS)

#ifdef __cplusplus
extern "C" {
#endif

/* For bms_init; with its tables it stays in flash. */
extern const bms_config demo_13s;

#ifdef __cplusplus
}
#endif

#endif
