using System.IO.Compression;
using System.Numerics;
using System.Text.Json;
using Ingester.Deriving.Numbers;
using Ingester.Deriving.Rows;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Ingester.Deriving.Compaction;

/// <summary>
/// Writes rows as Parquet with zstd. Numbers are <c>decimal(38,18)</c>. The exact text of a number with more decimals is in the column <c>exact</c>, a JSON
/// object; so is that of a number with more digits before the point, which is null in its own column.
/// </summary>
internal sealed class ParquetHourFile : IHourFile
{
    /// <summary>Number of values of a group of rows, which is in memory until it is complete: about 50 MB.</summary>
    private const int ValuesPerGroup = 500_000;

    private const int Precision = 38;
    private const int Scale = 18;

    private static readonly BigInteger Limit = BigInteger.Pow(10, Precision);

    private readonly IReadOnlyList<DerivedColumn> columns;
    private readonly DataField[] fields;
    private readonly ParquetWriter writer;
    private readonly List<object?>[] buffers;
    private readonly int rowsPerGroup;
    private readonly Dictionary<string, string> inexact = new(StringComparer.Ordinal);

    private ParquetHourFile(IReadOnlyList<DerivedColumn> columns, ParquetSchema schema, ParquetWriter writer) =>
        (this.columns, fields, this.writer, buffers, rowsPerGroup) = (
            columns, schema.GetDataFields(), writer, [.. Enumerable.Range(0, columns.Count + 1).Select(static _ => new List<object?>())], ValuesPerGroup / (columns.Count + 1));

    /// <summary>Begins a file.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="target">The target; it is not closed.</param>
    /// <param name="metadata">Texts for the footer.</param>
    /// <param name="cancellation">Cancels the write.</param>
    public static async Task<ParquetHourFile> CreateAsync(IReadOnlyList<DerivedColumn> columns, Stream target, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation)
    {
        var schema = new ParquetSchema([.. columns.Select(ToField), new DataField<string>("exact", nullable: true)]);
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Optimal, UseBigDecimal = true };
        var writer = await ParquetWriter.CreateAsync(schema, target, options, append: false, cancellation);
        writer.CustomMetadata = metadata;
        return new(columns, schema, writer);
    }

    /// <inheritdoc/>
    public async ValueTask AddAsync(object?[] values, CancellationToken cancellation)
    {
        inexact.Clear();
        for (var place = 0; place < columns.Count; place++)
            buffers[place].Add(columns[place].Kind == ColumnKind.Number && values[place] is string text ? ToDecimal(columns[place].Name, text) : values[place]);
        buffers[^1].Add(inexact.Count > 0 ? JsonSerializer.Serialize(inexact) : null);
        if (buffers[^1].Count == rowsPerGroup)
            await FlushAsync(cancellation);
    }

    /// <inheritdoc/>
    public async Task CompleteAsync(CancellationToken cancellation)
    {
        await FlushAsync(cancellation);
        await writer.DisposeAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => writer.DisposeAsync();

    private async Task FlushAsync(CancellationToken cancellation)
    {
        if (buffers[^1].Count == 0)
            return;
        using var group = writer.CreateRowGroup();
        for (var place = 0; place < fields.Length; place++)
        {
            var values = buffers[place];
            if (place == columns.Count || columns[place].Kind == ColumnKind.Text)
                await group.WriteAsync(fields[place], [.. values.Select(static value => (string)value!)]);
            else if (columns[place].Kind == ColumnKind.Integer)
                await group.WriteAsync<long>(fields[place], values.Select(static value => (long?)value).ToArray(), cancellationToken: cancellation);
            else
                await group.WriteAsync<BigDecimal>(fields[place], values.Select(static value => (BigDecimal?)value).ToArray(), cancellationToken: cancellation);
            values.Clear();
        }

        group.CompleteValidate();
    }

    private BigDecimal? ToDecimal(string column, string text)
    {
        var exact = ExactMath.Parse(text, ExactMath.ProductScale);
        var rounded = ExactMath.DivideToEven(exact, ExactMath.PowerOfTen(ExactMath.ProductScale - Scale));
        var fits = BigInteger.Abs(rounded) < Limit;
        if (!fits || rounded * ExactMath.PowerOfTen(ExactMath.ProductScale - Scale) != exact)
            inexact[column] = text;
        return fits ? new BigDecimal(rounded, Precision, Scale) : null;
    }

    private static Field ToField(DerivedColumn column) => column.Kind switch
    {
        ColumnKind.Text => new DataField<string>(column.Name, nullable: true),
        ColumnKind.Integer => new DataField<long>(column.Name, nullable: true),
        _ => new BigDecimalDataField(column.Name, Precision, Scale, isNullable: true),
    };
}
