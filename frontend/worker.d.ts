// What a service worker has around it and TypeScript's `webworker` knows by other names.
declare const clients: Clients;
declare function skipWaiting(): Promise<void>;

interface WorkerGlobalScopeEventMap {
  activate: ExtendableEvent;
  fetch: FetchEvent;
  install: ExtendableEvent;
  message: ExtendableMessageEvent;
}
