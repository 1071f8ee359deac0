using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Reading.Objects;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Reading.Objects;

public sealed class RowHeaderTests
{
    private const int Rounds = 20_000;

    private readonly Random random = new(7);

    [Theory]
    [InlineData(Dataset.Depth, Dataset.Trades)]
    [InlineData(Dataset.Trades, Dataset.Depth)]
    [InlineData(Dataset.Trades, Dataset.Snapshots)]
    public void Row_of_another_dataset_is_refused(Dataset written, Dataset read) =>
        Assert.Equal($"a row is no row of {read.Name()}", Assert.Throws<JsonException>(() => RowHeader.Read(read, Line(written))).Message);

    [Theory]
    [InlineData(Dataset.Depth)]
    [InlineData(Dataset.Trades)]
    public void Canonical_rows_are_read_alike_by_the_fast_path_and_the_general_path(Dataset dataset)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var line = Line(dataset);
            Assert.True(RowHeader.TryReadCanonical(dataset, line, out var row), Encoding.UTF8.GetString(line));
            Assert.Equal(RowHeader.ReadAny(dataset, line), row);
        }
    }

    [Theory]
    [InlineData(Dataset.Depth)]
    [InlineData(Dataset.Trades)]
    public void Fast_path_accepts_only_rows_that_the_general_path_reads_alike(Dataset dataset)
    {
        var accepted = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var line = Changed(Line(dataset));
            if (!RowHeader.TryReadCanonical(dataset, line, out var row))
                continue;
            accepted++;
            Assert.Equal(RowHeader.ReadAny(dataset, line), row);
        }

        Assert.InRange(accepted, Rounds / 20, Rounds * 19 / 20); // a digit may become another
    }

    [Theory]
    [InlineData(Dataset.Depth, """{"ts":1,"after":9,"upto":8,"bids":[],"asks":[]}""", "ends before it starts")]
    [InlineData(Dataset.Depth, """{"bids":[],"asks":[]}""", "no time")]
    [InlineData(Dataset.Trades, """{"id":"1","side":"buy"}""", "no time")]
    [InlineData(Dataset.Trades, """{"id":"1","ts":1,"side":"buy","price":"1.","size":"1"}x""", "goes on after its end")]
    public void Invalid_row_is_rejected_with_a_reason(Dataset dataset, string line, string reason) =>
        Assert.Contains(reason, Assert.Throws<JsonException>(() => RowHeader.Read(dataset, Encoding.UTF8.GetBytes(line))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(Dataset.Trades, """{"id":"a-1","ts":1,"side":"buy","price":"1","size":"1"}""")]
    [InlineData(Dataset.Trades, """{ "ts": 1, "id": "x", "price": "1", "size": "2" }""")]
    [InlineData(Dataset.Depth, """{"ts":1,"bids":[["1e3","1"]],"asks":[]}""")]
    public void Row_in_another_JSON_form_is_read_by_the_general_path(Dataset dataset, string line)
    {
        Assert.False(RowHeader.TryReadCanonical(dataset, Encoding.UTF8.GetBytes(line), out _));
        Assert.Equal((1L, null), RowHeader.Read(dataset, Encoding.UTF8.GetBytes(line)) is var row ? (row.Micros, row.Range) : default);
    }

    private byte[] Line(Dataset dataset)
    {
        using var rows = new RowBuffer();
        var micros = SegmentSample.Midnight + random.NextInt64(86_400_000_000);
        if (dataset == Dataset.Trades)
        {
            var id = Encoding.UTF8.GetBytes(random.NextInt64(10_000_000_000).ToString(CultureInfo.InvariantCulture));
            RowWriter.WriteTrade(rows, new() { Id = id, Micros = micros, TakerSells = random.Next(2) == 0, Price = Digits(), Size = Digits() });
        }
        else
        {
            var after = random.NextInt64(100_000_000_000);
            var range = random.Next(4) == 0 ? (SequenceRange?)null : new(after, after + random.Next(50));
            RowWriter.WriteDiff(rows, new() { Micros = micros, Range = range, Bids = Levels(), Asks = Levels() });
        }

        var bytes = new byte[rows.Length];
        rows.CopyTo(bytes);
        return bytes[..^1];
    }

    private byte[] Levels() => Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => $"[\"{Text(Digits())}\",\"{Text(Digits())}\"]")) + "]");

    private byte[] Digits() => Encoding.UTF8.GetBytes((random.Next(3) == 0
        ? random.Next(100_000).ToString(CultureInfo.InvariantCulture)
        : (random.NextInt64(1_000_000_000_000) / 100_000_000m).ToString("0.00000000", CultureInfo.InvariantCulture)));

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>One byte is another, or gone, or there twice.</summary>
    private byte[] Changed(byte[] line)
    {
        var at = random.Next(line.Length);
        return random.Next(4) switch
        {
            0 => [.. line[..at], .. line[(at + 1)..]],
            1 => [.. line[..at], line[at], .. line[at..]],
            2 => [.. line[..at], (byte)('0' + random.Next(10)), .. line[(at + 1)..]],
            _ => [.. line[..at], (byte)random.Next(256), .. line[(at + 1)..]],
        };
    }
}
