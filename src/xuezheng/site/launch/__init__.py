"""What `xuezheng up` does, in parts: hold the data folder, prepare the city, run and stop the processes."""
