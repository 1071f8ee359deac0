using System.Diagnostics.Metrics;

namespace Ingester.Telemetry.Series;

/// <summary>The values of an instrument with one set of tags since the last collection.</summary>
/// <param name="Instrument">The instrument.</param>
/// <param name="Kind">The kind of the instrument.</param>
/// <param name="Tags">The tags.</param>
/// <param name="Value">The values.</param>
internal sealed record InstrumentSeries(Instrument Instrument, InstrumentKind Kind, SeriesTags Tags, SeriesValue Value);
