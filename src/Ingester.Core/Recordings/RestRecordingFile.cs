using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Ingester.Core.Raw;

namespace Ingester.Core.Recordings;

/// <summary>
/// Reads the REST responses of a recording, <c>*.rest.tsv[.gz]</c>, one per line: time, address, body; or time, request (<c>GET address</c>, or <c>POST address
/// body</c>), status, kind of the body (<c>t</c> text, <c>b</c> base64) and body. The first line may state the format.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class RestRecordingFile(string path)
{
    private const int Ok = 200;

    private readonly RecordingLines lines = new(path);

    /// <summary>True when the name of the file is that of REST responses.</summary>
    public static bool IsName(string path) => path.EndsWith(".rest.tsv", StringComparison.Ordinal) || path.EndsWith(".rest.tsv.gz", StringComparison.Ordinal);

    /// <summary>Reads all responses.</summary>
    /// <exception cref="RecordingFileException">The file cannot be read, is damaged, or has a newer format; the message contains the position.</exception>
    public async IAsyncEnumerable<RecordedResponse> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var number = 0L;
        await foreach (var part in lines.ReadAsync(cancel).ConfigureAwait(false))
            foreach (var line in part)
            {
                number++;
                if (!line.IsEmpty && !IsFormat(line.Span, number))
                    yield return Parse(line, number);
            }
    }

    /// <summary>True for the line that states the format; the time is followed by <c>format</c>, 0, <c>f</c> and the version.</summary>
    private bool IsFormat(ReadOnlySpan<byte> text, long number)
    {
        text = text[(text.IndexOf((byte)'\t') + 1)..];
        if (!text.StartsWith(RawFormat.RestRequest) || !text[RawFormat.RestRequest.Length..].StartsWith("\t0\tf\t"u8))
            return false;
        return RawFormat.FindProblem(text[(text.LastIndexOf((byte)'\t') + 1)..]) is { } problem ? throw lines.CreateFormatException(number, problem) : true;
    }

    private RecordedResponse Parse(ReadOnlyMemory<byte> line, long number)
    {
        var text = line.Span;
        var micros = RecordingTime.Parse(Take(ref text, number, "an address")); // '-' where the recording has no time
        var request = Encoding.UTF8.GetString(Take(ref text, number, "a body"));
        var words = request.Split(' ', 3);
        if (words[0] is not ("GET" or "POST") || words.Length < 2)
            return new(micros, "GET", request, "", Ok, text.ToArray());
        if (!int.TryParse(Take(ref text, number, "a kind and a body"), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            throw lines.CreateFormatException(number, "the third column is not an HTTP status.");
        var body = Take(ref text, number, "a body") switch
        {
            [(byte)'t'] => text.ToArray(),
            [(byte)'b'] => FromBase64(text, number),
            _ => throw lines.CreateFormatException(number, "the fourth column is neither t nor b."),
        };
        return new(micros, words[0], words[1], words.Length > 2 ? words[2] : "", status, body);
    }

    private ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> text, long number, string next)
    {
        var tab = text.IndexOf((byte)'\t');
        if (tab < 0)
            throw lines.CreateFormatException(number, $"a tab and {next} are missing.");
        var column = text[..tab];
        text = text[(tab + 1)..];
        return column;
    }

    private byte[] FromBase64(ReadOnlySpan<byte> text, long number)
    {
        try
        {
            return Convert.FromBase64String(Encoding.ASCII.GetString(text));
        }
        catch (FormatException)
        {
            throw lines.CreateFormatException(number, "the body is not base64.");
        }
    }
}
