/* From reset to main on a Cortex-M4F, and the system calls of newlib over semihosting. */
#include <stdint.h>
#include <stdlib.h>

extern uint32_t image_data_load[];
extern uint32_t image_data_begin[];
extern uint32_t image_data_end[];
extern uint32_t image_bss_begin[];
extern uint32_t image_bss_end[];
extern uint32_t image_stack_top[];

extern int main(void);
extern void initialise_monitor_handles(void);
extern void __libc_init_array(void);
void _init(void);
void _fini(void);
void reset(void);

/* Required by the C library; empty here. */
void _init(void) {}
void _fini(void) {}

static void stop(void)
{
  for (;;) {
  }
}

void reset(void)
{
  uint32_t *from = image_data_load;
  uint32_t *to;
  for (to = image_data_begin; to < image_data_end; to++) {
    *to = *from;
    from++;
  }
  for (to = image_bss_begin; to < image_bss_end; to++) {
    *to = 0;
  }
  /* The floating-point unit: CPACR, full access to CP10 and CP11. */
  *(volatile uint32_t *)0xE000ED88u |= (uint32_t)0xFu << 20;
  __asm volatile("dsb\n isb");
  initialise_monitor_handles();
  __libc_init_array();
  exit(main());
}

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    (vector)(uintptr_t)image_stack_top, reset, stop, stop, stop, stop, stop, 0, 0, 0, 0, stop, stop, 0, stop, stop,
};
