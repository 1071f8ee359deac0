using Ingester.Core.Time;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Books;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Rows;
using Ingester.Postgres.Migrations;
using Ingester.Postgres.Tables;

namespace Ingester.Tests.Postgres;

/// <summary>Names of columns and partitions, and the first migration against the columns that <c>derive</c> writes by default.</summary>
public sealed class TableTests
{
    [Theory]
    [InlineData("ts", "time")]
    [InlineData("quoteVolume", "quote_volume")]
    [InlineData("bidSize1", "bid_size_1")]
    [InlineData("askDepthMean100", "ask_depth_mean_100")]
    [InlineData("vwap", "vwap")]
    public void Columns_are_in_lower_case_with_underscores(string name, string column) => Assert.Equal(column, ColumnName.Of(name));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\"; DROP TABLE bars; --")]
    public void Other_characters_are_refused(string name) => Assert.Throws<FormatException>(() => ColumnName.Of(name));

    [Fact]
    public void The_migrations_count_by_one_and_create_the_columns_of_default_settings()
    {
        Assert.Equal(Enumerable.Range(1, MigrationFiles.All.Count), MigrationFiles.All.Select(static migration => migration.Version));
        var sql = MigrationFiles.All[0].Sql;
        foreach (var column in BarRow.Columns.Concat(QuoteWriter.Columns).Concat(MetricRow.Columns(new MetricNames(new()))).Select(TableColumn.Of))
            Assert.Contains($" {column.Name} {column.Type}", sql, StringComparison.Ordinal);
    }

    [Fact]
    public void Partitions_cover_a_period_by_days_or_months()
    {
        var period = new Period(At(2026, 12, 30), At(2027, 1, 2));
        Assert.Equal(["quotes_20261230", "quotes_20261231", "quotes_20270101"], TablePartition.Of(DerivedTable.Of(DerivedDataset.Quotes), period).Select(static partition => partition.Name));
        Assert.Equal(["bars_202612", "bars_202701"], TablePartition.Of(DerivedTable.Of(DerivedDataset.Bars), period).Select(static partition => partition.Name));
        Assert.All(DerivedTable.All, static table => Assert.DoesNotContain(TablePartition.Of(table, new(0, 40L * 24 * 60 * Window.MicrosPerMinute)).Zip(TablePartition.Of(table, new(0, 40L * 24 * 60 * Window.MicrosPerMinute)).Skip(1)), static pair => pair.First.To != pair.Second.From));
    }

    [Fact]
    public void Each_derived_dataset_has_a_table() => Assert.Equal(Enum.GetValues<DerivedDataset>(), DerivedTable.All.Select(static table => table.Dataset));

    [Fact]
    public void Layouts_of_other_columns_have_other_staging_tables()
    {
        var table = DerivedTable.Of(DerivedDataset.Quotes);
        var (one, other) = (new TableLayout(table, QuoteWriter.Columns), new TableLayout(table, [.. QuoteWriter.Columns, new("more", ColumnKind.Number)]));
        Assert.NotEqual(one.CopyToStaging.Split(' ')[1], other.CopyToStaging.Split(' ')[1]);
        Assert.True(one.Fits(QuoteWriter.Columns));
        Assert.False(one.Fits(other.Source));
    }

    private static long At(int year, int month, int day) => Micros.From(new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero));
}
