/** The pages of one desk side by side: links, the present one marked. */
import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';

export function Views({
  label,
  views,
}: {
  label: string;
  views: readonly { href: string; title: string }[];
}): ReactNode {
  const [location] = useLocation();
  return (
    <Group component="nav" aria-label={label} gap="xs" mb="md">
      {views.map(({ href, title }) => {
        const isHere = location === href;
        return (
          <Button
            key={href}
            component={Link}
            href={href}
            variant={isHere ? 'filled' : 'default'}
            aria-current={isHere ? 'page' : undefined}
          >
            {title}
          </Button>
        );
      })}
    </Group>
  );
}
