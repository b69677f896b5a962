OPENQASM 3.0;
include "stdgates.inc";
input array[float[64], 4] x;
input array[float[64], 4] w;
qubit[4] q;
for int i in [0:3] { ry(x[i]) q[i]; }
for int i in [0:3] { crx(w[i]) q[i], q[(i + 1) % 4]; }
