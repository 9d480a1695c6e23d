import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** The one file that knows the metrics library; it is moving to another package name, and two registries lose metrics. */
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): Counter<string>
  /** `buckets` in the unit the name ends with, seconds unless said otherwise. */
  histogram(name: string, help: string, labels?: readonly string[], buckets?: number[]): Histogram<string>
  /** `collect` is asked at each scrape; what it cannot say is NaN, and the rest of the scrape is there all the same. */
  gauge(name: string, help: string, collect: () => number | Promise<number>): void
  /** The Prometheus text exposition. */
  scrape(): Promise<{ contentType: string; body: string }>
}

export function createMetrics(options: { processMetrics: boolean }): Metrics {
  const registry = new Registry()
  if (options.processMetrics) collectDefaultMetrics({ register: registry })
  return {
    counter: (name, help, labels = []) =>
      new Counter({ name, help, labelNames: labels, registers: [registry] }),
    histogram: (name, help, labels = [], buckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]) =>
      new Histogram({ name, help, labelNames: labels, buckets, registers: [registry] }),
    gauge: (name, help, collect) => {
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          // Whoever looks at metrics looks for what is broken: a broker that is away must not take them along.
          this.set(
            await Promise.resolve()
              .then(collect)
              .catch(() => Number.NaN),
          )
        },
      })
    },
    scrape: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  }
}
