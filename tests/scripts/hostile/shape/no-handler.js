// shape: no handler
const a = 1;
