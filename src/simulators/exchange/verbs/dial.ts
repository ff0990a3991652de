import type { DialEnd, Verb } from '../run.ts';
import { methodIn } from '../twiml.ts';
import { elementsOf, textOf, type XmlElement } from '../xml.ts';
import { joinConference } from './conference.ts';
import { dialNumbers } from './numbers.ts';

/** <Dial>: into a conference, or to one or more numbers. */
export const dial: Verb = (run, element) => {
  const [first] = elementsOf(element);
  const end: DialEnd = {
    goOn: (params) => {
      const { action } = element.attributes;
      if (action !== undefined) run.goTo(action, methodIn(element, 'method'), params);
      else run.next();
    },
    hungUp: (params) => {
      const { action } = element.attributes;
      if (action !== undefined) run.lastWord(action, methodIn(element, 'method'), params);
    },
  };
  if (first?.name === 'Conference') joinConference(run, element, first, end);
  else dialNumbers(run, element, first ? elementsOf(element) : [plainNumber(element)], end);
};

const plainNumber = (element: XmlElement): XmlElement => ({
  name: 'Number',
  attributes: {},
  children: [textOf(element)],
});
