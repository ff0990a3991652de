/** Menu, name and language around every page. */
import { Anchor, AppShell, Burger, Button, Group, NavLink, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { type Answer, useDo } from '../api.ts';
import { pages, pageTitles } from '../pages.ts';
import { shellWords } from '../words/shell.ts';
import { fill, useWords } from '../words/words.ts';
import './layout.css';

export interface LayoutProps {
  me: Answer<'who_am_i'>;
  onLanguage: () => void;
  children: ReactNode;
}

export function Layout({ me, onLanguage, children }: LayoutProps): ReactNode {
  const words = useWords(shellWords);
  const [isOpen, menu] = useDisclosure();
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 208, breakpoint: 'md', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <a href="#content" className="skip">
        {words.skip}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={menu.toggle} hiddenFrom="md" size="sm" aria-label={words.menu} />
            <Anchor component={Link} href="/" fw={700} c="inherit" underline="never" style={{ whiteSpace: 'nowrap' }}>
              {words.product}
            </Anchor>
            <Text visibleFrom="sm">{me.association}</Text>
          </Group>
          <Group gap="sm" wrap="nowrap" visibleFrom="md">
            <Own me={me} onLanguage={onLanguage} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" component="nav" aria-label={words.menu}>
        <Menu me={me} onChosen={menu.close} />
        <Stack hiddenFrom="md" mt="auto" p="sm" align="start" onClick={menu.close}>
          <Own me={me} onLanguage={onLanguage} />
        </Stack>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        {children}
      </AppShell.Main>
    </AppShell>
  );
}

/** One's name, language, and the way out. */
function Own({ me, onLanguage }: Omit<LayoutProps, 'children'>): ReactNode {
  const words = useWords(shellWords);
  return (
    <>
      <Anchor component={Link} href="/account" size="sm" title={words.account}>
        {fill(words.signedInAs, { name: me.name, role: words[me.role] })}
      </Anchor>
      <Button variant="subtle" size="compact-sm" onClick={onLanguage}>
        {words.language}
      </Button>
      <SignOut />
    </>
  );
}

function SignOut(): ReactNode {
  const words = useWords(shellWords);
  const leaving = useDo('sign_out');
  // A whole new page: nothing of this one is left in the browser's memory.
  const leave = (): void => leaving.mutate({}, { onSettled: () => window.location.assign('/') });
  return (
    <Button variant="default" size="compact-sm" loading={leaving.isPending} onClick={leave}>
      {words.signOut}
    </Button>
  );
}

function Menu({ me, onChosen }: { me: Answer<'who_am_i'>; onChosen: () => void }): ReactNode {
  const titles = useWords(pageTitles);
  const [location] = useLocation();
  const isHere = (path: string): boolean => (path === '/' ? location === '/' : location.startsWith(path));
  return pages
    .filter(({ needs }) => needs === 'signed_in' || me.permissions.includes(needs))
    .map(
      ({ path, title }) =>
        title && (
          <NavLink
            key={path}
            component={Link}
            href={path}
            label={titles[title]}
            active={isHere(path)}
            aria-current={isHere(path) ? 'page' : undefined}
            onClick={onChosen}
          />
        ),
    );
}
