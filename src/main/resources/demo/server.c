/*
 * A small shop on a TCP port of 127.0.0.1, one thread per connection, one request a line:
 *
 *   quote COUNT    price of COUNT pieces at 7.00; orders of 10 pieces and more get 10 percent off
 *   stats          what has happened since the start
 *   quit
 *
 * It forgets the discount for exactly 10 pieces; fix.patch is the remedy.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PRICE 700
#define DISCOUNT_FROM 10

static time_t started;
static atomic_long connections, open_connections, quotes;

static int quote(const char *argument, char *answer, size_t size)
{
	static atomic_long pieces;
	long count = strtol(argument, NULL, 10);
	long cents = count * PRICE;

	if (count <= 0)
		return snprintf(answer, size, "error: how many pieces?\n");
	if (count > DISCOUNT_FROM)
		cents -= cents / 10;
	pieces += count;
	quotes++;
	return snprintf(answer, size, "%ld pieces: %ld.%02ld (quoted so far: %ld pieces)\n", count,
			cents / 100, cents % 100, pieces);
}

static int stats(const char *argument, char *answer, size_t size)
{
	(void)argument;
	return snprintf(answer, size, "pid %d, up %ld s, %ld connections (%ld open), %ld quotes\n",
			(int)getpid(), (long)(time(NULL) - started), connections, open_connections, quotes);
}

static const struct command {
	const char *name;
	int (*run)(const char *argument, char *answer, size_t size);
} commands[] = {
	{ "quote", quote },
	{ "stats", stats },
};

static int run(const char *line, char *answer, size_t size)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		size_t length = strlen(commands[i].name);
		if (strncmp(line, commands[i].name, length) == 0)
			return commands[i].run(line + length, answer, size);
	}
	return snprintf(answer, size, "error: what?\n");
}

static void *serve(void *argument)
{
	int connection = (int)(long)argument;
	FILE *in = fdopen(connection, "r");
	char line[256], answer[256];

	connections++;
	open_connections++;
	while (in && fgets(line, sizeof(line), in) && strncmp(line, "quit", 4) != 0) {
		int length = run(line, answer, sizeof(answer));
		if (write(connection, answer, length) != length)
			break;
	}
	open_connections--;
	if (in)
		fclose(in);
	return NULL;
}

int main(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	started = time(NULL);
	if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 64) ||
	    getsockname(listener, (struct sockaddr *)&address, &length)) {
		perror("server");
		return 1;
	}
	printf("%d %d\n", ntohs(address.sin_port), (int)getpid());
	fflush(stdout);
	for (;;) {
		int connection = accept(listener, NULL, NULL);
		pthread_t thread;
		if (connection < 0)
			continue;
		if (pthread_create(&thread, NULL, serve, (void *)(long)connection) == 0)
			pthread_detach(thread);
		else
			close(connection);
	}
}
