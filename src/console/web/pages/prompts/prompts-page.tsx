/** What the telephones say, to be read and heard. */
import { Alert, Button, Group, NativeSelect, Table, Text, TextInput, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Answer, useCall } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { type SpokenLanguage, useVoice, type Voice } from './voice.ts';
import { promptWords, samples } from './words.ts';

type Place = Answer<'list_prompts'>['places'][number];

export default function PromptsPage(): ReactNode {
  const words = useWords(promptWords);
  const prompts = useCall('list_prompts', {});
  const [language, setLanguage] = useState<SpokenLanguage>('ja');
  const [sought, setSought] = useState('');
  const voice = useVoice(language);
  const shown = (prompts.data?.places ?? []).map((place) => found(place, language, sought)).filter(hasAny);
  return (
    <>
      <Title order={1}>{words.title}</Title>
      <Text mb="md">{words.intro}</Text>
      <Problem error={prompts.error} onRetry={() => void prompts.refetch()} />
      <Group align="end" mb="md">
        <TextInput label={words.search} value={sought} onChange={(event) => setSought(event.currentTarget.value)} />
        <NativeSelect
          label={words.spoken}
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value as SpokenLanguage)}
          data={[
            { value: 'ja', label: words.japanese },
            { value: 'en', label: words.english },
          ]}
        />
        {voice.isSpeaking && (
          <Button variant="default" onClick={voice.stop}>
            {words.stop}
          </Button>
        )}
      </Group>
      {!voice.speak && (
        <Alert color="yellow" c="dark" mb="md" role="status">
          {fill(words.noVoice, { language: language === 'ja' ? words.japanese : words.english })}
        </Alert>
      )}
      {prompts.data && shown.length === 0 && <Text>{words.none}</Text>}
      {shown.map((place) => (
        <OnePlace key={place.place} place={place} language={language} voice={voice} />
      ))}
    </>
  );
}

const hasAny = ({ prompts }: Place): boolean => prompts.length > 0;

function found(place: Place, language: SpokenLanguage, sought: string): Place {
  const wanted = sought.normalize('NFKC').trim().toLowerCase();
  const isFound = (text: string): boolean => text.normalize('NFKC').toLowerCase().includes(wanted);
  return { ...place, prompts: place.prompts.filter((prompt) => isFound(prompt[language]) || isFound(prompt.key)) };
}

interface OnePlaceProps {
  place: Place;
  language: SpokenLanguage;
  voice: Voice;
}

function OnePlace({ place, language, voice }: OnePlaceProps): ReactNode {
  const words = useWords(promptWords);
  return (
    <section>
      <Title order={2} size="h3" mt="lg">
        {words[place.place]}
      </Title>
      <Table verticalSpacing="xs">
        <Table.Tbody>
          {place.prompts.map((prompt) => {
            const text = prompt[language];
            return (
              <Table.Tr key={prompt.key}>
                <Table.Td lang={language}>{text}</Table.Td>
                {voice.speak && (
                  <Table.Td w={90} align="right">
                    <Button
                      variant="default"
                      size="compact-md"
                      aria-label={fill(words.play, { text })}
                      onClick={() => voice.speak?.(fill(text, samples[language]))}
                    >
                      {words.playShort}
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </section>
  );
}
