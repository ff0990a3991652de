import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useWords } from '../../words/words.ts';
import { Frame, Heading } from './frame.tsx';
import SignInForm from './sign-in-form.tsx';
import { signInWords } from './words.ts';

export default function SignInPage(): ReactNode {
  return (
    <Frame>
      <Content />
    </Frame>
  );
}

function Content(): ReactNode {
  const words = useWords(signInWords);
  const client = useQueryClient();
  return (
    <>
      <Heading>{words.title}</Heading>
      <SignInForm onSignedIn={() => client.resetQueries({ queryKey: ['who_am_i'] })} />
    </>
  );
}
