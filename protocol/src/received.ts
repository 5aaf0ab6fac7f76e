/** What the server told of each document last, so that it need tell only what has changed. */

import type { OverlayParams, OverlayProbe } from './types';

/** Of one connection; a new one begins with nothing. */
export class Received {
  /** The notification with all probes of the document in it. */
  whole(params: OverlayParams): OverlayParams {
    const known = new Map(this._probes.get(params.uri)?.map(probe => [probe.id, probe]));
    for (const probe of params.probes) {
      known.set(probe.id, probe);
    }
    const order = params.order ?? params.probes.map(probe => probe.id);
    const probes = order.flatMap(id => known.get(id) ?? []);
    if (probes.length) {
      this._probes.set(params.uri, probes);
    } else {
      this._probes.delete(params.uri);
    }
    return { ...params, probes };
  }

  private readonly _probes = new Map<string, readonly OverlayProbe[]>();
}
