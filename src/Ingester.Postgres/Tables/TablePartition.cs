using System.Globalization;
using Ingester.Core.Time;

namespace Ingester.Postgres.Tables;

/// <summary>A partition: the rows of a UTC day or month.</summary>
/// <param name="Name">The name of its table, such as <c>bars_202611</c> or <c>quotes_20261120</c>.</param>
/// <param name="From">The first moment.</param>
/// <param name="To">The first moment after.</param>
internal sealed record TablePartition(string Name, DateTime From, DateTime To)
{
    /// <summary>The partitions that hold a period.</summary>
    public static IEnumerable<TablePartition> Of(DerivedTable table, Period period)
    {
        var (day, last) = (Micros.ToDateTime(period.From).Date, Micros.ToDateTime(period.To - 1));
        for (var start = table.HasMonths ? day.AddDays(1 - day.Day) : day; start <= last; start = table.HasMonths ? start.AddMonths(1) : start.AddDays(1))
            yield return new(
                string.Create(CultureInfo.InvariantCulture, $"{table.Name}_{start.ToString(table.HasMonths ? "yyyyMM" : "yyyyMMdd", CultureInfo.InvariantCulture)}"), start, table.HasMonths ? start.AddMonths(1) : start.AddDays(1));
    }

    /// <summary>Creates the partition and attaches it, which does not block readers and writers of the table.</summary>
    public string Create(DerivedTable table) => string.Create(CultureInfo.InvariantCulture,
        $"CREATE TABLE {Name} (LIKE {table.Name} INCLUDING ALL); ALTER TABLE {table.Name} ATTACH PARTITION {Name} FOR VALUES FROM ('{From:yyyy-MM-dd} 00:00:00+00') TO ('{To:yyyy-MM-dd} 00:00:00+00')");
}
