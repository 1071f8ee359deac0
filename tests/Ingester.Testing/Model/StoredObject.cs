using Ingester.Core.Proof;

namespace Ingester.Testing.Model;

/// <summary>One object as it lies in the store.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Grade">The grade that its writer claims.</param>
/// <param name="Process">Which process of the replica wrote it.</param>
/// <param name="At">When, true time.</param>
internal sealed record StoredObject(string Key, string[] Rows, ProofGrade Grade, int Process, long At);
