using Ingester.Core.Keys;
using Ingester.Core.Time;
using Ingester.Deriving.Objects;

namespace Ingester.Deriving.Running;

/// <summary>
/// One of several equal parts of the work. The unit is a dataset of an exchange in one UTC hour. Consecutive hours of a dataset and exchange belong to the parts in turn.
/// </summary>
/// <param name="Index">The number of this part, from 1.</param>
/// <param name="Count">The number of parts.</param>
internal readonly record struct Shard(int Index, int Count)
{
    /// <summary>All work.</summary>
    public static Shard All { get; } = new(1, 1);

    /// <summary>True when this part contains a unit. Quotes and book metrics of an hour are one unit: both are made from one reading of the books.</summary>
    public bool Contains(DerivedDataset dataset, string exchange, long micros)
    {
        var kind = dataset == DerivedDataset.Bars ? DerivedDataset.Bars : DerivedDataset.BookMetrics;
        var hour = (ulong)(micros / (60 * Window.MicrosPerMinute));
        return (StableHash.Of(kind.Name(), exchange) + hour) % (ulong)Count == (ulong)(Index - 1);
    }
}
