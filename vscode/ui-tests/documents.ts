/** A folder of short documents in Chinese and English, whose terms can be mined. */

import { dirname, join } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';

/** About operating systems; by their paths. */
export const DOCUMENTS: Readonly<Record<string, string>> = {
  'notes/进程.md': `# 进程与线程

😀操作系统把正在运行的程序叫做进程。操作系统为每个进程分配地址空间，进程之间不能互相访问内存。

线程是进程里的执行单位。同一个进程的线程共享地址空间，线程切换比进程切换快。调度器决定下一个运行的线程。

操作系统用时间片轮转调度进程。时间片太短，上下文切换太多；时间片太长，调度器反应太慢。
`,
  'notes/内存.md': `# 虚拟内存

操作系统用页表把虚拟地址翻译成物理地址。每个进程有自己的页表，页表由内核维护。

访问的页不在内存里就发生缺页中断，内核把页从磁盘读进来。缺页中断太多，系统就会抖动。

虚拟内存让进程以为自己有连续的地址空间。页表放在内存里，翻译结果缓存在快表里。
`,
  'notes/文件系统.md': `# 文件系统

文件系统把磁盘上的数据组织成文件和目录。操作系统通过系统调用读写文件。

文件系统用索引节点记录文件的位置，目录项指向索引节点。文件系统崩溃后由日志恢复。

内核的缓冲区缓存最近读写的磁盘块，系统调用返回时数据可能还在缓冲区里。
`,
  'notes/同步.txt': `线程同步

多个线程同时修改共享变量时需要互斥锁。互斥锁一次只让一个线程进入临界区。

两个线程互相等待对方的互斥锁就会死锁。操作系统可以检测死锁，也可以预防死锁。

信号量允许多个线程进入临界区。调度器会唤醒等待信号量的线程。
`,
  'notes/paging.md': `# Paging

The page table maps a virtual address to a physical address. Every process has its own page table.

A page fault happens when the page is not in memory: the kernel reads it from disk. Too many page
faults make the system thrash.

The kernel keeps the page table in memory; the translation lookaside buffer caches its entries.
`,
  'notes/scheduling.txt': `Scheduling

The scheduler picks the next thread. A context switch saves the registers of one thread and loads
those of another. The scheduler gives every thread a time slice.

A context switch between threads of one process keeps the page table; a context switch between
processes does not. A page fault also ends the time slice.
`,
  'notes/manual.tex': `\\section{系统调用}
系统调用是进程进入内核的入口。每个系统调用有一个编号，内核按编号查系统调用表。
操作系统检查系统调用的参数，再访问进程的地址空间。
`,
  'notes/guide.rst': `内核
====

内核是操作系统的核心。内核管理进程、内存和文件系统，处理缺页中断和系统调用。

调度器是内核的一部分，它用时间片轮转运行线程。
`
};

/** Write them into a folder. */
export async function writeDocuments(folder: string): Promise<void> {
  for (const [path, text] of Object.entries(DOCUMENTS)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
