namespace Ingester.Publishing.Signing;

/// <summary>A key, a manifest or a certificate cannot be used; the message is one sentence that names it and the reason.</summary>
internal sealed class CertificateException(string message, Exception? inner = null) : Exception(message, inner);
