import type {
  ChangedWebhook,
  CreatedWebhook,
  WebhookChange,
  WebhookDeliveryView,
  WebhookRequest,
  WebhookView,
} from '@rendition/contract'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { plural, t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { keys } from './query-cache.ts'
import { type Act, useAct } from './use-act.ts'

const pageSize = 50
/** While something is on its way the log is looked at often, else now and then. */
const busyMs = 2_000
const quietMs = 10_000

export type DeliveryStatus = WebhookDeliveryView['status'] | 'all'

/** The account's endpoints; it may have 50, which one page holds. */
export function useWebhooks() {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.webhooks,
    queryFn: ({ signal }) => client.webhooks.list({ limit: pageSize }, { signal }),
    refetchInterval: 15_000,
  })
}

export function useWebhook(id: string) {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.webhook(id),
    queryFn: ({ signal }) => client.webhooks.get(id, { signal }),
    refetchInterval: quietMs,
  })
}

/** What was sent to an endpoint, newest first. */
export function useDeliveries(id: string, status: DeliveryStatus) {
  const { client } = useAccount()
  return useInfiniteQuery({
    queryKey: keys.deliveries(id, status),
    queryFn: ({ pageParam, signal }) =>
      client.webhooks.deliveries(
        id,
        {
          limit: pageSize,
          ...(status === 'all' ? {} : { status }),
          ...(pageParam === undefined ? {} : { cursor: pageParam }),
        },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: ({ state }) => {
      const soon = Date.now() + 60_000
      const busy = state.data?.pages.some(({ items }) =>
        items.some(({ nextAttemptAt }) => nextAttemptAt !== null && Date.parse(nextAttemptAt) < soon),
      )
      return busy === true ? busyMs : quietMs
    },
  })
}

/** One delivery with what was sent and answered; asked again when an attempt of it has ended. */
export function useDelivery(webhookId: string, { id, attempts, status }: WebhookDeliveryView) {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.delivery(webhookId, id, `${attempts} ${status}`),
    queryFn: ({ signal }) => client.webhooks.delivery(webhookId, id, { signal }),
    // What is opened of it stays open when it has been tried again.
    placeholderData: keepPreviousData,
    // An attempt counts from its beginning: its answer comes a little later.
    refetchInterval: ({ state }) => (state.data?.status === 'pending' ? busyMs : false),
  })
}

export function useCreateWebhook(): Act<WebhookRequest, CreatedWebhook> {
  const { client } = useAccount()
  return useAct({
    run: (request: WebhookRequest) => client.webhooks.create(request),
    refresh: [keys.webhooks],
    done: () => t('Webhook made'),
    ownFaults: true,
  })
}

/** A change of an endpoint: its address and events, pause and resume, a new secret. */
export function useChangeWebhook(id: string, done: string): Act<WebhookChange, ChangedWebhook> {
  const { client } = useAccount()
  return useAct({
    run: (change: WebhookChange) => client.webhooks.change(id, change),
    refresh: [keys.webhooks, keys.webhook(id), keys.allDeliveries(id)],
    done: () => done,
    ownFaults: true,
  })
}

export function useRemoveWebhook(): Act<WebhookView, void> {
  const { client } = useAccount()
  return useAct({
    run: ({ id }: WebhookView) => client.webhooks.remove(id),
    refresh: [keys.webhooks],
    done: () => t('Webhook removed'),
  })
}

/** Sends something to an endpoint: a test, one delivery again, or all that it never got. */
export function useSendAgain(id: string): {
  test: Act<void, WebhookDeliveryView>
  replay: Act<WebhookDeliveryView, WebhookDeliveryView>
  replayFailed: Act<void, { queued: number; more: boolean }>
} {
  const { client } = useAccount()
  const refresh = [keys.allDeliveries(id)]
  return {
    test: useAct({ run: () => client.webhooks.test(id), refresh, done: () => t('Test sent') }),
    replay: useAct({
      run: (delivery: WebhookDeliveryView) => client.webhooks.replay(id, delivery.id),
      refresh,
      done: () => t('Sent again'),
    }),
    replayFailed: useAct({
      run: () => client.webhooks.replayFailed(id),
      refresh,
      done: ({ queued }) =>
        queued === 0
          ? t('Everything has arrived')
          : plural(queued, '{count} delivery sent again', '{count} deliveries sent again'),
    }),
  }
}
