using System.Numerics;
using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Memory;
using Ingester.Deriving.Numbers;

namespace Ingester.Deriving.Rows;

/// <summary>Writes derived rows as JSON lines. Every column is written in every row, null where the value is not known. Not thread-safe.</summary>
internal sealed class DerivedRows : IDisposable
{
    private readonly Utf8JsonWriter json;

    /// <summary>Starts without rows.</summary>
    public DerivedRows() => json = new(Buffer, new() { SkipValidation = true });

    /// <summary>The rows as UTF-8, one JSON object on each line.</summary>
    public RowBuffer Buffer { get; } = new();

    /// <summary>Number of complete rows.</summary>
    public long Count { get; private set; }

    /// <summary>Number of rows of each condition, by the value of <see cref="DataCondition"/>.</summary>
    public long[] CountByCondition { get; } = new long[(int)DataCondition.Missing + 1];

    /// <summary>Begins a row.</summary>
    public void Begin()
    {
        json.Reset(Buffer);
        json.WriteStartObject();
    }

    /// <summary>Writes the columns <c>condition</c> and <c>reason</c>.</summary>
    public void Condition(DataCondition condition, string? reason)
    {
        CountByCondition[(int)condition]++;
        Text("condition", condition.Name());
        Text("reason", reason);
    }

    /// <summary>Writes a text column.</summary>
    public void Text(string name, string? value) => json.WriteString(name, value);

    /// <summary>Writes an integer column.</summary>
    public void Integer(string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    /// <summary>Writes a decimal column with the digits of the exchange.</summary>
    public void Number(string name, ExactDecimal? value) => json.WriteString(name, value?.ToString());

    /// <summary>Writes a decimal column.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value times 10^<paramref name="scale"/>; null when it is not known.</param>
    /// <param name="scale">The decimals.</param>
    public void Number(string name, BigInteger? value, int scale) => json.WriteString(name, value is { } number ? ExactMath.Format(number, scale) : null);

    /// <summary>Ends a row.</summary>
    public void End()
    {
        json.WriteEndObject();
        json.Flush();
        Buffer.Append("\n"u8);
        Count++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        json.Dispose();
        Buffer.Dispose();
    }
}
