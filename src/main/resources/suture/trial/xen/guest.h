/* What an exercise of a trial may use. It is one C file, compiled into the guest, with the function
 *
 *	int exercise(const char *phase);	phase is "before", "during" or "after"; 0 if all is well
 *
 * There is no library. The guest is the control domain (PV, 64 bit, ring 3): every hypercall is open to it. */
#ifndef SUTURE_GUEST_H
#define SUTURE_GUEST_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

/* The numbers of xen/include/public/xen.h; the result is negative for an error. */
long hypercall(long number, long a, long b, long c, long d, long e);

/* Adds to the line of output; the newline sends it. */
void say(const char *text);
void say_number(long number);
void say_hex(u64 number);

int exercise(const char *phase);

#endif
