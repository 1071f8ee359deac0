using Avro.File;
using Avro.Generic;
using Ingester.Deriving.Compaction;
using Ingester.Deriving.Objects;
using Parquet;
using Parquet.Data;

namespace Ingester.Tests.Deriving;

/// <summary>Compacted hours hold the rows of the minutes, exactly, in Parquet and in Avro with every codec.</summary>
public sealed class HourFileTests
{
    [Fact]
    public async Task Parquet_has_the_rows_of_the_minutes_as_decimals()
    {
        var world = new TradeWorld(9);
        await DeriveRig.DeriveAsync(world.Store, world.Begin, world.Begin + 60 * Reading.Replica.Minute, null, DerivedDataset.Bars);
        var rows = DerivedRow.ReadAll(world.Store, DerivedDataset.Bars);
        var count = 0L;
        foreach (var key in DeriveRig.Keys(world.Store, ".parquet"))
        {
            await using var reader = await ParquetReader.CreateAsync(new MemoryStream(world.Store.Body(key)), new ParquetOptions { UseBigDecimal = true });
            Assert.Equal(64, reader.CustomMetadata["inputs"].Length);
            for (var group = 0; group < reader.RowGroupCount; group++)
                count += reader.OpenRowGroupReader(group).RowCount;
        }

        var compacted = DeriveRig.Keys(world.Store, ".parquet").Select(key => key[..key.LastIndexOf("_r", StringComparison.Ordinal)]).ToList();
        Assert.NotEmpty(compacted);
        Assert.Equal(DeriveRig.Keys(world.Store).Where(key => compacted.Exists(hour => key.StartsWith(hour, StringComparison.Ordinal))).Sum(key => world.Store.Metadata(key).RowCount!.Value - 1), count);
        Assert.NotEmpty(rows);
    }

    [Theory]
    [InlineData("deflate")]
    [InlineData("snappy")]
    [InlineData("zstandard")]
    public async Task Avro_has_the_rows_of_the_minutes_as_text(string codec)
    {
        var world = new TradeWorld(9);
        await DeriveRig.DeriveAsync(world.Store, world.Begin, world.Begin + 60 * Reading.Replica.Minute, DeriveRig.Options with { AvroCodec = codec }, DerivedDataset.Bars);
        var key = DeriveRig.Keys(world.Store, ".avro")[0];
        Codec.RegisterResolver(name => name == codec ? AvroCodecs.Create(codec) : null);
        using var reader = DataFileReader<GenericRecord>.OpenReader(new MemoryStream(world.Store.Body(key)));
        var records = new List<GenericRecord>();
        foreach (var record in reader.NextEntries)
            records.Add(record);
        var hour = key[..key.LastIndexOf("_r", StringComparison.Ordinal)];
        var minutes = DeriveRig.Keys(world.Store).Where(minute => minute.StartsWith(hour, StringComparison.Ordinal)).ToList();
        Assert.Equal(minutes.Sum(minute => world.Store.Metadata(minute).RowCount!.Value - 1), records.Count);
        var known = DerivedRow.ReadAll(world.Store, DerivedDataset.Bars).ToLookup(row => (row.Micros, row.Integer("minutes")));
        Assert.All(records, record =>
        {
            var row = known[((long)record["ts"], (long)record["minutes"])].Single();
            Assert.Equal((row.Text("open"), row.Text("quoteVolume"), row.Integer("trades")), ((string?)record["open"], (string?)record["quoteVolume"], (long?)record["trades"]));
        });
    }

    [Fact]
    public async Task Memory_is_bounded_by_groups_of_half_a_million_values()
    {
        var target = new MemoryStream();
        var columns = Enumerable.Range(0, 249).Select(index => new Ingester.Deriving.Rows.DerivedColumn($"c{index}", Ingester.Deriving.Rows.ColumnKind.Text)).ToList(); // and one for exact numbers
        await using (var file = await ParquetHourFile.CreateAsync(columns, target, new Dictionary<string, string>(), CancellationToken.None))
        {
            var row = new object?[columns.Count];
            for (var index = 0; index < 4_500; index++)
                await file.AddAsync(row, CancellationToken.None);
            await file.CompleteAsync(CancellationToken.None);
        }

        await using var reader = await ParquetReader.CreateAsync(target);
        Assert.Equal([2_000L, 2_000L, 500L], Enumerable.Range(0, reader.RowGroupCount).Select(group => reader.OpenRowGroupReader(group).RowCount));
    }

    [Fact]
    public async Task Numbers_that_do_not_fit_keep_their_exact_text()
    {
        var target = new MemoryStream();
        await using (var file = await ParquetHourFile.CreateAsync([new("n", Ingester.Deriving.Rows.ColumnKind.Number)], target, new Dictionary<string, string>(), CancellationToken.None))
        {
            foreach (var text in new[] { "1.5", "0.1234567890123456789", "123456789012345678901" })
                await file.AddAsync([text], CancellationToken.None);
            await file.CompleteAsync(CancellationToken.None);
        }

        await using var reader = await ParquetReader.CreateAsync(target, new ParquetOptions { UseBigDecimal = true });
        using var group = reader.OpenRowGroupReader(0);
        var numbers = new BigDecimal?[3];
        var exact = new string?[3];
        await group.ReadAsync<BigDecimal>(reader.Schema.DataFields[0], numbers);
        await group.ReadAsync(reader.Schema.DataFields[1], exact.AsMemory()!);
        Assert.Equal([1_500_000_000_000_000_000, 123_456_789_012_345_679, null], numbers.Select(static number => (long?)number?.UnscaledValue));
        Assert.Equal("""{"n":"0.1234567890123456789"} {"n":"123456789012345678901"}""", string.Join(' ', exact.Where(static text => text is not null)));
    }
}
