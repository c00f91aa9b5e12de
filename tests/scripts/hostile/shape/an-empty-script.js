// shape: an empty script

