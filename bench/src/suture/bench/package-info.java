/** Benchmarks of single stages, warm; {@code bench/run} measures whole processes, cold. */
package suture.bench;
