namespace Ingester.Telemetry.Series;

/// <summary>Kind of an instrument.</summary>
internal enum InstrumentKind : byte
{
    /// <summary>A sum that only increases.</summary>
    Counter,

    /// <summary>A sum that increases and decreases: its current value is exported.</summary>
    UpDownCounter,

    /// <summary>A value that is read when it is exported.</summary>
    Gauge,

    /// <summary>Many values, whose distribution is exported.</summary>
    Histogram,
}
