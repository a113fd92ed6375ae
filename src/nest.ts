import type { DynamicModule, FactoryProvider, InjectionToken, ModuleMetadata } from "@nestjs/common";
import { DataSource } from "typeorm";
import { dropUndefined } from "./given.ts";
import { bringToHead, type StartOptions } from "./library/bring-to-head.ts";
import { describeLack } from "./library/lack.ts";
import type { RemodelOptions } from "./library/place.ts";

export type { OnBehind } from "./library/bring-to-head.ts";

/** Options of {@link RemodelModule}. */
export interface RemodelModuleOptions extends RemodelOptions, StartOptions {}

/** How to make the options of a module from other providers. */
export interface RemodelModuleAsyncOptions extends Pick<ModuleMetadata, "imports"> {
  readonly useFactory: (...providers: never[]) => RemodelModuleOptions | Promise<RemodelModuleOptions>;
  readonly inject?: readonly InjectionToken[];
}

/** What an indicator of Terminus returns, such as `{ migrations: { status: "up" } }`. */
export type HealthResult = Record<string, { status: "up" | "down"; message?: string }>;

const OPTIONS = Symbol("the options of RemodelModule");
const AT_HEAD = Symbol("the database has every revision");

/**
 * A health indicator for Terminus: up while the database has every revision of the folder.
 * @example this.health.check([() => this.remodel.isHealthy("migrations")])
 */
export class RemodelHealthIndicator {
  readonly #options: RemodelOptions;

  constructor(options: RemodelOptions) {
    this.#options = options;
  }

  /** @param key the name of the result */
  async isHealthy(key = "migrations"): Promise<HealthResult> {
    const message = await describeLack(this.#options);
    return { [key]: message === undefined ? { status: "up" } : { status: "down", message } };
  }
}

/**
 * Makes sure that the database has every revision before the application starts.
 * @example imports: [TypeOrmModule.forRoot(options), RemodelModule.forRoot({ migrations: "dist/migrations" })]
 */
// biome-ignore lint/complexity/noStaticOnlyClass: Nest knows a module by its class
export class RemodelModule {
  /** @param options without a data source, that of the application is taken */
  static forRoot(options: RemodelModuleOptions = {}): DynamicModule {
    return RemodelModule.forRootAsync({ useFactory: () => options });
  }

  /** The same with options from other providers, such as Nest's ConfigService. */
  static forRootAsync({ imports = [], inject = [], useFactory }: RemodelModuleAsyncOptions): DynamicModule {
    const options: FactoryProvider = {
      provide: OPTIONS,
      inject: [{ token: DataSource, optional: true }, ...inject],
      useFactory: async (own: DataSource | undefined, ...others: never[]): Promise<RemodelModuleOptions> => ({
        ...dropUndefined({ dataSource: own }),
        ...(await useFactory(...others)),
      }),
    };
    const start: FactoryProvider = {
      provide: AT_HEAD,
      inject: [OPTIONS],
      useFactory: async (made: RemodelModuleOptions) => {
        await bringToHead(made, made);
        return true;
      },
    };
    const health: FactoryProvider = {
      provide: RemodelHealthIndicator,
      inject: [OPTIONS],
      useFactory: (made: RemodelModuleOptions) => new RemodelHealthIndicator(made),
    };
    const providers = [options, start, health];
    return { module: RemodelModule, global: true, imports, providers, exports: [RemodelHealthIndicator] };
  }
}
