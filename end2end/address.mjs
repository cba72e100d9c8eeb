// This machine's address on its network, as a tablet in the hall would use it; none where there is only loopback.
import { networkInterfaces } from 'node:os';

export const HALL_ADDRESS = Object.values(networkInterfaces())
  .flat()
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
/** Browsers that go there themselves. */
export const FROM_HALL = ['--no-proxy-server'];
