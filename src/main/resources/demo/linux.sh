#!/bin/sh
cat /proc/cmdline
