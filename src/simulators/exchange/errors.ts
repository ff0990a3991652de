/**
 * Every refusal of the REST side, as Twilio words it (https://www.twilio.com/docs/api/errors). One table, so that a
 * client's handling of a code can be looked up beside what provokes it.
 */
export const refusals = {
  invalidParameter: { code: 20001, status: 400, message: 'Invalid parameter' },
  authenticate: { code: 20003, status: 401, message: 'Authenticate' },
  notFound: { code: 20404, status: 404, message: 'The requested resource was not found' },
  tooManyRequests: { code: 20429, status: 429, message: 'Too Many Requests' },
  internal: { code: 20500, status: 500, message: 'Internal Server Error' },
  unavailable: { code: 20503, status: 503, message: 'Service Unavailable' },
  toMissing: { code: 21201, status: 400, message: "No 'To' number is specified" },
  urlInvalid: { code: 21205, status: 400, message: 'Url is not a valid URL' },
  fromNotVerified: { code: 21210, status: 400, message: "'From' phone number not verified for this account" },
  toInvalid: { code: 21211, status: 400, message: "Invalid 'To' Phone Number" },
  fromInvalid: { code: 21212, status: 400, message: "Invalid 'From' Phone Number" },
  fromMissing: { code: 21213, status: 400, message: "'From' phone number is required" },
  callNotInProgress: { code: 21220, status: 400, message: 'Call is not in-progress. Cannot redirect.' },
  bodyMissing: { code: 21602, status: 400, message: 'Message body is required' },
  messageFromMissing: { code: 21603, status: 400, message: "A 'From' phone number is required" },
  messageToMissing: { code: 21604, status: 400, message: "A 'To' phone number is required" },
  messageFromUnable: {
    code: 21606,
    status: 400,
    message: "The 'From' phone number is not a valid, SMS-capable number",
  },
  statusCallbackInvalid: { code: 21609, status: 400, message: 'StatusCallback is not a valid URL' },
  notMobile: { code: 21614, status: 400, message: "'To' number is not a valid mobile number" },
} as const;

export type RefusalName = keyof typeof refusals;

/** Thrown inside a REST handler; the router turns it into Twilio's error body. */
export class Refusal extends Error {
  readonly code: number;
  readonly status: number;
  constructor(name: RefusalName, detail?: string) {
    const { code, status, message } = refusals[name];
    super(detail ? `${message}: ${detail}` : message);
    this.code = code;
    this.status = status;
  }
  /** The body as Twilio sends it. */
  toJSON(): { code: number; message: string; more_info: string; status: number } {
    return {
      code: this.code,
      message: this.message,
      more_info: `https://www.twilio.com/docs/errors/${this.code}`,
      status: this.status,
    };
  }
}

/** What goes wrong on the webhook side (Twilio's debugger codes), sent to the fallback URL as `ErrorCode`. */
export const callErrors = {
  retrieval: 11200, // the endpoint answered something other than 2xx, or not in time
  connection: 11205,
  override: 11240, // a wrong value in the URL's fragment
  parse: 12100, // not XML, or no <Response>
  schema: 12200, // XML, but not TwiML
  contentType: 12300,
  dialInvalid: 13224,
} as const;
