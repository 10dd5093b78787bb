/* The drive as an image of a microcontroller, or as a program of the host. The recording is a part of the program. */
#include <stdio.h>

#include "bms.h"
#include "drive.h"

#ifndef RECORDING
#error "RECORDING is the file of the recording"
#endif
#ifndef PRESET
#define PRESET BMS_PRESET_NMC_96S
#endif

extern const uint8_t drive_recording[];

__asm__(
    ".section .rodata\n"
    ".balign 4\n"
    ".global drive_recording\n"
    "drive_recording: .incbin \"" RECORDING "\"\n"
    ".previous\n");

static void print(const char *line)
{
  (void)puts(line);
}

int main(void)
{
  return drive_replay(drive_recording, PRESET, print);
}
