using System.Buffers.Text;
using Ingester.Core.Keys;

namespace Ingester.Core.Raw;

/// <summary>
/// The version of the form of raw files: the first line of each object, of kind <c>f</c>, and <c>format</c> in the metadata of an object on S3. Files without
/// either have a format that every version reads.
/// </summary>
internal static class RawFormat
{
    /// <summary>The version that this program writes, and the newest that it reads.</summary>
    public const int Current = 2;

    /// <summary>The column <c>request</c> of the first line of <c>rest</c> files, instead of a request.</summary>
    public static ReadOnlySpan<byte> RestRequest => "format"u8;

    /// <summary>The first line of an object.</summary>
    public static RawLine FirstLine(RawFileKind kind) => new() { Columns = kind == RawFileKind.Rest ? "\tformat\t0\tf\t"u8 : "\t0\tf\t"u8, Content = "2"u8, IsNote = true }; // the present version

    /// <summary>Says why content of a version cannot be read; null if it can.</summary>
    /// <param name="version">The last column of the first line.</param>
    public static string? FindProblem(ReadOnlySpan<byte> version) =>
        !Utf8Parser.TryParse(version, out int number, out var length) || length != version.Length || number < 1 ? "the format is not a number."
        : number > Current ? FormattableString.Invariant($"it has format {number}, and this version reads formats up to {Current}: use a newer version.")
        : null;
}
