package suture.host.process;

/** A program whose threads wait in every kind of frame. */
final class StackProgram {
    private StackProgram() {}

    static final String SOURCE =
            """
            #define _GNU_SOURCE
            #include <alloca.h>
            #include <pthread.h>
            #include <semaphore.h>
            #include <signal.h>
            #include <stdarg.h>
            #include <stdatomic.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>
            #ifdef __clang__
            #define FAR __attribute__((noinline))
            #else
            #define FAR __attribute__((noinline, noclone))
            #endif
            #define USE(p) __asm__ volatile("" : : "r"(p) : "memory")
            static atomic_int ready;
            static sem_t never;
            static volatile int sink, twice = 2;
            FAR static void wait_here(void) { ready++; while (twice) sem_wait(&never); }
            FAR static int deep(int n) { if (n == 0) wait_here(); return deep(n - 1) + n; }
            FAR static int room(int n)
            { char *p = alloca(n * 100); memset(p, n, n * 100); USE(p); deep(3); USE(p); return p[n]; }
            FAR static int wide(int n)
            {
                __attribute__((aligned(64))) char p[256];
                memset(p, n, sizeof p); USE(p); room(n + p[3]); USE(p); return p[n];
            }
            FAR static int sum(int n, ...)
            {
                va_list l; double d = 0; va_start(l, n);
                for (int i = 0; i < n; i++) d += va_arg(l, double);
                va_end(l); deep(2); return (int)d;
            }
            FAR static int compare(const void *a, const void *b)
            { if (twice == 2) deep(1); return *(const int *)a - *(const int *)b; }
            FAR static _Noreturn void stop(int code) { deep(code); abort(); }
            FAR static void falls(int code) { sink++; stop(code); }
            FAR static void behind(void) { sink--; }
            static void handler(int s) { if (s == SIGUSR1) wide(2); else raise(SIGUSR1); }
            static void *by_room(void *p) { room(7); return p; }
            static void *by_wide(void *p) { wide(3); return p; }
            static void *by_sum(void *p) { sum(3, 1.0, 2.0, 3.0); return p; }
            static void *by_sort(void *p)
            { int v[] = {5, 3, 1, 2}; qsort(v, 4, sizeof *v, compare); return p; }
            static void *by_stop(void *p) { behind(); falls(2); behind(); return p; }
            static void *by_signal(void *p) { raise(SIGUSR2); return p; }
            static void *by_stack(void *p)
            {
                stack_t s = {.ss_sp = malloc(1 << 16), .ss_size = 1 << 16};
                sigaltstack(&s, 0); raise(SIGALRM); return p;
            }
            __attribute__((naked, noinline)) static void trap(void) { __asm__("ud2"); }
            static void *by_trap(void *p) { trap(); return p; }
            int main(void)
            {
                void *(*how[])(void *) =
                    {by_room, by_wide, by_sum, by_sort, by_stop, by_signal, by_stack, by_trap};
                pthread_t t;
                struct sigaction a = {.sa_handler = handler};
                sigaction(SIGUSR1, &a, 0);
                sigaction(SIGUSR2, &a, 0);
                sigaction(SIGILL, &a, 0);
                a.sa_flags = SA_ONSTACK;
                sigaction(SIGALRM, &a, 0);
                sem_init(&never, 0, 0);
                for (unsigned i = 0; i < sizeof how / sizeof *how; i++)
                    pthread_create(&t, 0, how[i], 0);
                while (ready < (int)(sizeof how / sizeof *how)) usleep(1000);
                usleep(20000);
                printf("0 %d\\n", getpid());
                fflush(stdout);
                pthread_join(t, 0);
            }
            """;

    /** One thread that never rests; it calls, and leaves functions in many ways. */
    static final String BUSY =
            """
            #define _GNU_SOURCE
            #include <alloca.h>
            #include <setjmp.h>
            #include <stdarg.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>
            #ifdef __clang__
            #define FAR __attribute__((noinline))
            #else
            #define FAR __attribute__((noinline, noclone))
            #endif
            static volatile int sink, one = 1;
            static jmp_buf back;
            FAR static int leaf(int a) { return a * 3 + one; }
            FAR static int tail(int a) { sink++; return leaf(a + 1); }
            FAR static int room(int n)
            { char *p = alloca(n); memset(p, n, n); return p[n / 2] + leaf(n); }
            FAR static int wide(int n)
            {
                __attribute__((aligned(64))) char p[128];
                memset(p, n, sizeof p); return p[n] + room(n) + tail(n);
            }
            FAR static int many(int a, int b, int c, int d, int e, int f, int g, int h)
            { return a > 3 ? room(b + 1) * room(c + 1) + wide(d) : wide(e) + tail(f) * leaf(g + h); }
            FAR static int sum(int n, ...)
            {
                va_list l; double d = 0; va_start(l, n);
                for (int i = 0; i < n; i++) d += va_arg(l, double);
                va_end(l); return (int)d;
            }
            FAR static _Noreturn void leave(int n) { sink += n; longjmp(back, n + 1); }
            FAR static int jumps(int n) { if (setjmp(back) == 0) leave(n); return n; }
            FAR static int compare(const void *a, const void *b)
            { return leaf(*(const int *)a) - leaf(*(const int *)b); }
            FAR static int work(int n)
            {
                int v[] = {n, 3, 1, 2};
                char text[64];
                qsort(v, 4, sizeof *v, compare);
                snprintf(text, sizeof text, "%d %s", n, "word");
                return many(n & 7, 2, 3, 4, 5, 6, 7, v[0]) + sum(2, 1.0, 2.5) + jumps(n) + text[0];
            }
            int main(void)
            {
                printf("0 %d\\n", getpid());
                fflush(stdout);
                for (int i = 0;; i++) sink += work(i & 31) + (int)getppid();
            }
            """;
}
