/** placeholder */
export interface OidcProvider {
  readonly issuer: string;
}
