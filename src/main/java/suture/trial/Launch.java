package suture.trial;

import suture.exec.Command;

import java.nio.file.Path;
import java.time.Duration;

/**
 * An emulator to start and how to listen to it.
 *
 * @param command the program
 * @param console the file that the guest's console goes to
 * @param control the file with the lines about steps; it may be the console
 * @param language how both are to be read
 * @param limit how long the guest may live
 */
record Launch(Command command, Path console, Path control, Language language, Duration limit) {}
