using System.Globalization;
using System.Numerics;
using System.Text;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Ingester.Publishing.Files;

/// <summary>
/// A Parquet column of prices or sizes. If the column holds decimals, a value that does not fit is null, and its text is in a second column.
/// </summary>
/// <param name="name">The name of the column; the text column is <c>{name}_text</c>.</param>
/// <param name="form">How the numbers are held.</param>
/// <param name="capacity">Number of rows of a row group.</param>
internal sealed class NumberColumn(string name, NumberForm form, int capacity)
{
    private readonly BigDecimal?[] decimals = new BigDecimal?[form == NumberForm.Decimal ? capacity : 0];
    private readonly double[] doubles = new double[form == NumberForm.Double ? capacity : 0];
    private readonly string?[] texts = new string?[form == NumberForm.Decimal ? capacity : 0];
    private readonly DataField number = form == NumberForm.Decimal
        ? new BigDecimalDataField(name, DecimalText.Precision, DecimalText.Scale, isNullable: true)
        : new DataField<double>(name);

    private readonly DataField text = new DataField<string>(name + "_text");

    /// <summary>Number of values so far that are kept as text.</summary>
    public long TextCount { get; private set; }

    /// <summary>The columns.</summary>
    public IEnumerable<Field> Fields => form == NumberForm.Decimal ? [number, text] : [number];

    /// <summary>Sets the value of a row of the row group.</summary>
    public void Set(int row, ReadOnlySpan<byte> value)
    {
        if (form == NumberForm.Double)
        {
            doubles[row] = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed : double.NaN;
            return;
        }

        var fits = DecimalText.TryScale(value, out var scaled);
        decimals[row] = fits ? new BigDecimal((BigInteger)scaled, DecimalText.Precision, DecimalText.Scale) : null;
        texts[row] = fits ? null : Encoding.UTF8.GetString(value);
        TextCount += fits ? 0 : 1;
    }

    /// <summary>Writes the rows of a row group.</summary>
    public async Task WriteAsync(ParquetRowGroupWriter group, int count)
    {
        if (form == NumberForm.Double)
        {
            await group.WriteAsync<double>(number, doubles.AsMemory(0, count));
            return;
        }

        await group.WriteAsync<BigDecimal>(number, decimals.AsMemory(0, count));
        await group.WriteAsync(text, new ArraySegment<string>(texts!, 0, count));
    }
}
