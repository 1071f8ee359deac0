using System;
using Ingester.Commands;
using Ingester.Core.Exchanges;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Reading.Windows;
using Ingester.Recording.Lanes;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Storage.Writing;
using Polly;
using Polly.Timeout;

namespace Ingester.Importing;

/// <summary>The range of imported frames, numbered from 1 across all files; both ends are included.</summary>
/// <param name="From">The first frame.</param>
/// <param name="To">The last frame.</param>
internal readonly record struct FrameSpan(long From, long To)
{
    /// <summary>True when the range contains this frame number.</summary>
    public bool Contains(long number) => number >= From && number <= To;
}
