/** Who is signed in decides what there is: the pages of `pages.ts`, inside the layout. */
import { Alert, Box, Loader } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { Route, Switch } from 'wouter';
import { type Answer, call, useCall, useDo } from './api.ts';
import { type Page, pages } from './pages.ts';
import { Boundary } from './shell/boundary.tsx';
import { Dialog } from './shell/dialog.tsx';
import { Layout } from './shell/layout.tsx';
import { Problem } from './shell/problem.tsx';
import { ProofProvider } from './shell/proof.tsx';
import { shellWords } from './words/shell.ts';
import { type Language, LanguageContext, useWords } from './words/words.ts';

const SignInPage = lazy(() => import('./pages/sign-in/sign-in-page.tsx'));
const SignInForm = lazy(() => import('./pages/sign-in/sign-in-form.tsx'));
const InvitationPage = lazy(() => import('./pages/sign-in/invitation-page.tsx'));
const OidcPage = lazy(() => import('./pages/sign-in/oidc-page.tsx'));

export function App(): ReactNode {
  return (
    <Suspense fallback={<Waiting />}>
      <Switch>
        <Route path="/invitation">
          <InvitationPage />
        </Route>
        <Route path="/sign-in/oidc">
          <OidcPage />
        </Route>
        <Route>
          <Inside />
        </Route>
      </Switch>
    </Suspense>
  );
}

function Inside(): ReactNode {
  const me = useCall('who_am_i', {});
  const isOver = me.error?.status === 401;
  if (me.data) return <SignedIn key={me.data.staffId} me={me.data} isOver={isOver} />;
  if (isOver) return <SignInPage />;
  if (me.error) return <Problem error={me.error} onRetry={() => void me.refetch()} />;
  return <Waiting />;
}

function SignedIn({ me, isOver }: { me: Answer<'who_am_i'>; isOver: boolean }): ReactNode {
  const [language, setLanguage] = useState<Language>(me.language);
  const keep = useDo('change_my_language');
  document.documentElement.lang = language;
  const allowed = pages.filter(({ needs }) => me.permissions.includes(needs) || (needs === 'signed_in' && !isWall(me)));
  const onLanguage = (): void => {
    const other = language === 'ja' ? 'en' : 'ja';
    setLanguage(other);
    keep.mutate({ body: { language: other } });
  };
  return (
    <LanguageContext.Provider value={language}>
      <ProofProvider>
        <Switch>
          {allowed
            .filter((page) => page.isBare || isWall(me))
            .map((page) => (
              <Route key={page.path} path={page.path}>
                <Box component="main" p={page.isBare ? 0 : 'md'}>
                  <Opened page={page} />
                </Box>
              </Route>
            ))}
          <Route>
            <Layout me={me} onLanguage={onLanguage}>
              <Switch>
                {allowed.map((page) => (
                  <Route key={page.path} path={page.path}>
                    <Opened page={page} />
                  </Route>
                ))}
                <Route>
                  <NotFound />
                </Route>
              </Switch>
            </Layout>
          </Route>
        </Switch>
        {isOver && <SignInAgain staffId={me.staffId} />}
      </ProofProvider>
    </LanguageContext.Provider>
  );
}

/** A wall screen has no menu, and nobody to press it. */
const isWall = ({ role }: Answer<'who_am_i'>): boolean => role === 'screen';

/** Over the page, which keeps what was typed and shows none of it. */
function SignInAgain({ staffId }: { staffId: string }): ReactNode {
  const words = useWords(shellWords);
  const client = useQueryClient();
  const goOn = async (): Promise<void> => {
    const now = await call('who_am_i', {});
    if (now.staffId === staffId) await client.invalidateQueries();
    else window.location.assign('/'); // somebody else: nothing of the page before may be left
  };
  return (
    <Dialog title={words.signInAgain} isFull>
      <Box maw={520} mx="auto">
        <Alert mb="md">{words.sessionOver}</Alert>
        <Suspense fallback={<Waiting />}>
          <SignInForm onSignedIn={goOn} />
        </Suspense>
      </Box>
    </Dialog>
  );
}

function Opened({ page }: { page: Page }): ReactNode {
  const words = useWords(shellWords);
  const Content = page.component;
  return (
    <Boundary fallback={<Alert color="red">{words.broken}</Alert>}>
      <Suspense fallback={<Waiting />}>
        <Content />
      </Suspense>
    </Boundary>
  );
}

function Waiting(): ReactNode {
  return <Loader m="xl" aria-label={useWords(shellWords).loading} />;
}

function NotFound(): ReactNode {
  return <Alert>{useWords(shellWords).notFound}</Alert>;
}
