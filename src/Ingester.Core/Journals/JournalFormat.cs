using System.Buffers.Text;
using Ingester.Core.Memory;

namespace Ingester.Core.Journals;

/// <summary>
/// The version of the row format of a journal object: the first field of its first row, and <c>format</c> in the metadata of an object on S3. Objects without
/// either have format 1.
/// </summary>
internal static class JournalFormat
{
    /// <summary>The version that this program writes, and the newest that it reads.</summary>
    public const int Current = 2;

    private static ReadOnlySpan<byte> FieldStart => "{\"format\":"u8;

    /// <summary>Writes the first row of an object with the version.</summary>
    /// <param name="target">The rows of the object.</param>
    /// <param name="row">The row: a JSON object that is not empty, with its line end.</param>
    public static void WriteFirstRow(RowBuffer target, ReadOnlySpan<byte> row)
    {
        target.Append("{\"format\":2,"u8); // the present version
        target.Append(row[1..]);
    }

    /// <summary>The version that the first row states; null when it states none.</summary>
    /// <param name="rows">The rows of the object.</param>
    public static int? Read(ReadOnlySpan<byte> rows) =>
        rows.StartsWith(FieldStart) && Utf8Parser.TryParse(rows[FieldStart.Length..], out int format, out _) ? format : null;
}
