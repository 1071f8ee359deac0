using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ingester.Recording.Lanes;

/// <summary>
/// A row of the <c>quarantine</c> dataset: an undecodable frame as it was received, with the reason. <see cref="FrameRecorder"/> writes it.
/// </summary>
internal static class QuarantineRow
{
    /// <summary>Maximum number of bytes of a frame that are stored; the row has the full length.</summary>
    public const int MaxFrameBytes = 1 << 20;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>
    /// The row: <c>{"ts":…,"reason":"…","length":…,"frame":"…"}</c>, with <c>base64</c> instead of <c>frame</c> when the frame is not
    /// valid UTF-8.
    /// </summary>
    public static string ToJson(long micros, string reason, ReadOnlySpan<byte> frame)
    {
        var kept = frame[..Math.Min(frame.Length, MaxFrameBytes)];
        var (name, text) = EncodeFrame(kept);
        return $"{{\"ts\":{micros},\"reason\":\"{Escape(reason)}\",\"length\":{frame.Length},\"{name}\":\"{Escape(text)}\"}}";
    }

    private static (string Name, string Text) EncodeFrame(ReadOnlySpan<byte> frame)
    {
        try
        {
            return ("frame", Strict.GetString(frame));
        }
        catch (DecoderFallbackException)
        {
            return ("base64", Convert.ToBase64String(frame));
        }
    }

    private static JsonEncodedText Escape(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
