export enum ShopStatus {
  Open = 'open',
  Closed = 'closed',
}
