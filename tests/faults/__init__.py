"""Whatever is wrong with what is read or where is written: the rest is reported as ever."""
