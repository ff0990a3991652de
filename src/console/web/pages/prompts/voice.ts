/** The browser's own voice. */
import { useEffect, useState } from 'react';

export type SpokenLanguage = 'ja' | 'en';

export interface Voice {
  /** null: there is none for this language. */
  speak: ((text: string) => void) | null;
  stop: () => void;
  isSpeaking: boolean;
}

/** Voices arrive some time after the page; a browser without speech has none. */
export function useVoice(language: SpokenLanguage): Voice {
  const speech = 'speechSynthesis' in window ? window.speechSynthesis : null;
  const [voices, setVoices] = useState<SpeechSynthesisVoice[]>(() => speech?.getVoices() ?? []);
  const [isSpeaking, setSpeaking] = useState(false);
  useEffect(() => {
    if (!speech) return;
    const heard = (): void => setVoices(speech.getVoices());
    heard();
    speech.addEventListener('voiceschanged', heard);
    return () => {
      speech.removeEventListener('voiceschanged', heard);
      speech.cancel();
    };
  }, [speech]);
  const voice = voices.find(({ lang }) => lang.toLowerCase().startsWith(language));
  const stop = (): void => {
    speech?.cancel();
    setSpeaking(false);
  };
  if (!speech || !voice) return { speak: null, stop, isSpeaking };
  return {
    ...{ stop, isSpeaking },
    speak(text) {
      speech.cancel();
      const utterance = new SpeechSynthesisUtterance(text);
      utterance.voice = voice;
      utterance.lang = voice.lang;
      utterance.onend = () => setSpeaking(false);
      utterance.onerror = () => setSpeaking(false);
      setSpeaking(true);
      speech.speak(utterance);
    },
  };
}
