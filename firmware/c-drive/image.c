/* The drive as a microcontroller's image, or as a program of the host. The recording is part of the program. */
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

#ifdef __arm__
/* Depth of the stack: the memory below it is filled with a pattern; what is overwritten afterwards was used. */
#define PAINT 0xA5C35AC3u
#define DEPTH 5000

static int replay_and_look_at_stack(void)
{
  uint32_t *surface;
  uint32_t *place;
  int result;
  __asm volatile("mov %0, sp" : "=r"(surface));
  surface -= 16;
  for (place = surface - DEPTH; place < surface; place++) {
    *(volatile uint32_t *)place = PAINT;
  }
  result = drive_replay(drive_recording, PRESET, NULL);
  place = surface - DEPTH;
  while (*(volatile uint32_t *)place == PAINT) {
    place++;
  }
  (void)printf("# stack of init, step and faults: %lu bytes\n", (unsigned long)((surface - place) * 4));
  return result;
}
#endif

int main(void)
{
  int result = drive_replay(drive_recording, PRESET, print);
#ifdef __arm__
  if (result == 0) {
    result = replay_and_look_at_stack();
  }
#endif
  return result;
}
