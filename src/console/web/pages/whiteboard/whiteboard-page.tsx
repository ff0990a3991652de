import { Card, Group, SimpleGrid, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLive } from '../../api.ts';
import { LiveBadge } from '../../shell/live-badge.tsx';
import { useWords } from '../../words/words.ts';
import { whiteboardWords } from './words.ts';

export default function WhiteboardPage(): ReactNode {
  const words = useWords(whiteboardWords);
  const { value, isLive } = useLive('whiteboard', {});
  return (
    <>
      <Group justify="space-between" mb="md">
        <Title order={1}>{words.title}</Title>
        <LiveBadge isLive={isLive} />
      </Group>
      {value && (
        <>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
            {value.areas.map((area) => (
              <Card key={area.id} withBorder>
                <Title order={2}>{area.name}</Title>
                {area.onDuty.length === 0 && <Text c="red.9">{words.nobody}</Text>}
                {area.onDuty.map((doctor) => (
                  <Text key={doctor.doctorId} size="xl">
                    {doctor.position}. {doctor.name}
                  </Text>
                ))}
              </Card>
            ))}
          </SimpleGrid>
          <Title order={2} mt="lg">
            {words.calls}
          </Title>
          <Text size="xl">{value.calls.length || words.noCalls}</Text>
        </>
      )}
    </>
  );
}
