/** `redis://host:6379` is one server; several hosts with commas between are a cluster, of which any may be asked first. */

/** @returns one address for each host, with the account of the whole. */
export function redisNodes(address: string): string[] {
  const [, scheme = '', account = '', hosts = ''] = /^([a-z]+:\/\/)([^@]*@)?(.*)$/.exec(address) ?? [];
  return hosts.split(',').map((host) => `${scheme}${account}${host}`);
}

export const isRedisCluster = (address: string): boolean => redisNodes(address).length > 1;

export const isRedisAddress = (address: string): boolean =>
  redisNodes(address).every((node) => {
    if (!URL.canParse(node)) return false;
    const { protocol, hostname } = new URL(node);
    return (protocol === 'redis:' || protocol === 'rediss:') && hostname !== '';
  });
