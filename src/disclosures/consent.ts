/** What the patient agreed to (連携登録票, 同意：FAX/電話での提供), as a release must honour it. Pure. */
import type { SealedContent } from '../records/record.ts';

/**
 * The patient said no to the fax line: nothing of the record goes there in any form, to nobody. Read aloud on a registered
 * telephone it may still be, and help is never less for it. A box that nobody ticked (null) is asked after by the hub and is no "no".
 */
export const isFaxRefused = ({ registration }: SealedContent): boolean => registration.consentFax === false;
