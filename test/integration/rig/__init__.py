# SPDX-License-Identifier: Apache-2.0
"""Real servers on loopback for tests and benchmarks; see CONTRIBUTING.md."""
