using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ingester.Publishing.Signing;

/// <summary>How certificates are written as JSON: the same value always gives the same bytes.</summary>
internal static class CertificateJson
{
    /// <summary>Names in camel case, in the order of declaration; no white space; fields that are not known are ignored.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // the text is a file, never a part of HTML
    };
}
